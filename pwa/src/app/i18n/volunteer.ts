import { catalogue } from "./index";

export const volunteer = catalogue({ vi: { "home.title": "x" }, en: { "home.title": "x" }, km: { "home.title": "x" } });
