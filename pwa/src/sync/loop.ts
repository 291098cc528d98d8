export declare function syncOnce(device: number): Promise<void>;
