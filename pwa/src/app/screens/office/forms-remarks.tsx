/** What is wrong with an uploaded form, or what its author should know: a line for each cell. */
import { placeOf, type Remark } from "./forms-data";
import { t } from "./forms-t";

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
              <td lang="en">{remark.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
