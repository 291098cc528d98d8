import type { Store } from "../store/contract";
import type { SyncHandle } from "./contract";
export declare function startSync(store: Store): SyncHandle;
