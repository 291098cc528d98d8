// A real IndexedDB implementation in memory: the store's tests run the store itself.
import "fake-indexeddb/auto";
