import type { ProfileInfo } from "../shared/profile";
export declare function currentProfile(): Promise<ProfileInfo | null>;
export declare function profiles(): Promise<ProfileInfo[]>;
export declare function createProfile(profile: ProfileInfo): Promise<void>;
export declare function updateProfile(profile: ProfileInfo): Promise<void>;
export declare function switchProfile(device: number): Promise<ProfileInfo | null>;
