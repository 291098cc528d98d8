/** What is wrong with an uploaded form, or what its author should know: a line for each cell. */
import { inWords } from "./forms-words";
import { placeOf, type Remark } from "./forms-data";
import { t } from "./forms-t";

/** In the person's language; what the app has no words for, in the server's English. */
function Said({ remark }: { remark: Remark }) {
  const words = inWords(remark);
  return <td lang={words === null ? "en" : undefined}>{words ?? remark.message}</td>;
}

export function Remarks({ remarks, label }: { remarks: readonly Remark[]; label: string }) {
  return (
    <div class="remarks" role="region" aria-label={label} tabIndex={0}>
      <table>
        <caption class="sr">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{t("forms.sheet")}</th>
            <th scope="col">{t("forms.cell")}</th>
            <th scope="col">{t("forms.column")}</th>
            <th scope="col">{t("forms.what")}</th>
          </tr>
        </thead>
        <tbody>
          {remarks.map((remark) => (
            <tr key={`${remark.sheet} ${remark.row} ${remark.column} ${remark.message}`}>
              <td>{remark.sheet}</td>
              <td>{placeOf(remark, (number) => t("forms.row", { number }))}</td>
              <td>{remark.column}</td>
              <Said remark={remark} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
