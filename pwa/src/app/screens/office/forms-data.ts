/** The campaign's forms as the server lists them for the office, and what the office does with them. */
import { api, call } from "../../../shared/api";
import type { Localized } from "../../../shared/language";
import { NetworkError, ProblemError, readProblem } from "../../../shared/problem";
import type { CompiledForm } from "../../../shared/form";
import type { RemarkSaid } from "../../i18n/form-remarks";

/** Something that is wrong with an uploaded form, or that its author should know. */
export interface Remark extends RemarkSaid {
  readonly file: string;
  readonly sheet: string;
  readonly row: number;
  readonly column: string;
  readonly cell: string;
}

export interface Version {
  readonly id: number;
  readonly key: string;
  readonly title: Localized;
  readonly version: string;
  readonly state: "draft" | "published" | "retired";
  readonly filename: string;
  readonly created: string;
  readonly by: string | null;
  readonly published: string | null;
  readonly retired: string | null;
  readonly roles: readonly string[];
  readonly places: readonly number[];
  readonly occurrence: string | null;
  readonly dates: readonly string[];
  readonly questions: number;
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly warnings: readonly Remark[];
}

export interface FormRow {
  readonly key: string;
  readonly title: Localized;
  readonly versions: readonly Version[];
}

/** Roles that may begin records; the server has the last word. */
export const WRITING = ["TNV", "GSV", "CAX", "TH"] as const;

export interface Audience {
  readonly roles: readonly string[];
  readonly places: readonly number[];
}

/** Whom a version is offered to when it is to be published: a draft, whoever has the form's latest one. */
export function offeredTo(version: Version, forms: readonly FormRow[]): Audience {
  if (version.state !== "draft") return version;
  const others = forms.find(({ key }) => key === version.key)?.versions.filter(({ published }) => published !== null) ?? [];
  return [...others].sort((one, other) => (other.published ?? "").localeCompare(one.published ?? ""))[0] ?? version;
}

export const listed = (campaign: number, device: number): Promise<FormRow[]> => api<FormRow[]>("GET", `/api/campaigns/${campaign}/forms`, undefined, device);
export const publish = (version: number, audience: Audience, device: number): Promise<Version> => api<Version>("POST", `/api/forms/${version}/publish`, audience, device);
export const retire = (version: number, device: number): Promise<Version> => api<Version>("POST", `/api/forms/${version}/retire`, {}, device);
export const takeBack = (version: number, device: number): Promise<Version> => api<Version>("DELETE", `/api/forms/${version}/retire`, undefined, device);
export const discard = (version: number, device: number): Promise<unknown> => api("DELETE", `/api/forms/${version}`, undefined, device);
export const compiled = (version: number, device: number): Promise<CompiledForm> => api<CompiledForm>("GET", `/api/forms/${version}`, undefined, device);

const SHEETS = /\.(xlsx|xlsm|xls|md|txt)$/i;
const XFORM = /\.xml$/i;

/** Which of the chosen files is the form: a workbook before all, then an XForm or a CSV that stands alone. */
export function formAmong(files: readonly File[]): File | undefined {
  return files.find(({ name }) => SHEETS.test(name)) ?? files.find(({ name }) => XFORM.test(name)) ?? (files.length === 1 ? files[0] : undefined);
}

/** Uploads a form with the files beside it; gives the draft. */
export async function upload(campaign: number, files: readonly File[], occurrence: string | null, device: number): Promise<Version> {
  const form = formAmong(files);
  const body = new FormData();
  if (form) body.append("form", form, form.name);
  for (const file of files) if (file !== form) body.append("files", file, file.name);
  if (occurrence !== null) body.append("occurrence", occurrence);
  return (await call({ method: "POST", path: `/api/campaigns/${campaign}/forms`, body }, { device })) as Version;
}

/** What the server found wrong, at its cells; null for any other trouble. */
export function remarksOf(error: unknown): readonly Remark[] | null {
  if (!(error instanceof ProblemError) || error.slug !== "form-refused") return null;
  const { errors } = error.problem.extra;
  return Array.isArray(errors) ? (errors as Remark[]) : [];
}

/** The file that a version was made from, as it came. */
export async function sourceOf(version: Version, device: number): Promise<File> {
  let response: Response;
  try {
    response = await fetch(`/api/forms/${version.id}/source`, { headers: { "Ben-Device": String(device) }, credentials: "same-origin", cache: "no-store" });
    if (response.ok) return new File([await response.blob()], version.filename);
  } catch (error) {
    throw new NetworkError("no answer from the server", { cause: error });
  }
  throw new ProblemError(readProblem(response.status, await response.json().catch(() => null)));
}

/** 'B7', or 'row 7' where a file has no cells; '' for what concerns the whole. */
export function placeOf(remark: Remark, row: (number: number) => string): string {
  if (remark.cell) return remark.cell;
  return remark.row > 0 ? row(remark.row) : "";
}
