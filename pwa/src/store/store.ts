import type { Store } from "./contract";
export declare function openStore(device: number): Promise<Store>;
