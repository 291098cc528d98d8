/** A number on a scale: a slider with its value in figures, a row of stars, or a list; no answer until it is touched. */
import { formatNumber } from "../../../i18n/format";
import { Button, Icon } from "../../../ui";
import { tied, type ControlProps } from "./control";
import { looks } from "./looks";
import { t } from "./t";

const MOST_STARS = 12;
const DECIMALS = 12;

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly by: number;
  readonly value: number | null;
}

/** A number of the scale, without what floating point adds to it: 0.1 + 0.2 is 0.3. */
function tidy(value: number): number {
  return Number(value.toFixed(9));
}

function valuesOf({ from, to, by }: Scale): number[] {
  return Array.from({ length: Math.floor(tidy((to - from) / by)) + 1 }, (_, index) => tidy(from + index * by));
}

export function Range(props: ControlProps) {
  const [start = 0, end = 10, step = 1] = props.shown.node.range ?? [];
  const value = typeof props.shown.value === "number" ? props.shown.value : null;
  const scale: Scale = { from: Math.min(start, end), to: Math.max(start, end), by: Math.abs(step) || 1, value };
  if (looks(props.shown.node, "rating") && valuesOf(scale).length <= MOST_STARS) return <Stars {...props} scale={scale} />;
  if (looks(props.shown.node, "picker")) return <Picker {...props} scale={scale} />;
  return <Slider {...props} scale={scale} />;
}

type Scaled = ControlProps & { readonly scale: Scale };

function Slider(props: Scaled) {
  const { scale, id, name, change, leave } = props;
  const { from, to, by, value } = scale;
  const give = (next: number) => change(tidy(Math.min(Math.max(next, from), to)), false);
  const words = value === null ? t("range.unset") : formatNumber(value, DECIMALS);
  return (
    <div class="range">
      <output class="range-value" for={id} data-unset={value === null ? "yes" : undefined}>
        {words}
      </output>
      <div class="range-line">
        <Button icon="minus" label={t("fill.less-by", { label: name, by: formatNumber(by, DECIMALS) })} onClick={() => give(value === null ? from : value - by)}>
          {""}
        </Button>
        <input
          id={id}
          type="range"
          min={from}
          max={to}
          step={by}
          value={value ?? from}
          data-unset={value === null ? "yes" : undefined}
          aria-valuetext={words}
          {...tied(props)}
          aria-required={undefined}
          onInput={(event) => change(tidy(event.currentTarget.valueAsNumber), true)}
          // A touch where the slider stands already is an answer as well.
          onClick={(event) => give(event.currentTarget.valueAsNumber)}
          onKeyDown={(event) => {
            if (value === null && (event.key === "Enter" || event.key === " ")) give(event.currentTarget.valueAsNumber);
          }}
          onBlur={leave}
        />
        <Button icon="plus" label={t("fill.more-by", { label: name, by: formatNumber(by, DECIMALS) })} onClick={() => give(value === null ? from : value + by)}>
          {""}
        </Button>
      </div>
      <div class="range-ends soft small" aria-hidden="true">
        <span>{formatNumber(from, DECIMALS)}</span>
        <span>{formatNumber(to, DECIMALS)}</span>
      </div>
      <Clear {...props} />
    </div>
  );
}

function Clear({ scale, shown, change }: Scaled) {
  if (scale.value === null || shown.required) return null;
  return (
    <div>
      <Button kind="quiet" icon="cross" onClick={() => change(null, false)}>
        {t("fill.clear")}
      </Button>
    </div>
  );
}

function Stars(props: Scaled) {
  const { scale, id, change } = props;
  const values = valuesOf(scale);
  return (
    <>
      <div class="stars">
        {values.map((each) => (
          <label key={each} class="star" data-lit={scale.value !== null && each <= scale.value ? "yes" : undefined}>
            <input type="radio" class="sr" name={id} checked={scale.value === each} onChange={() => change(each, false)} />
            <Icon name="star" />
            <span>{formatNumber(each, DECIMALS)}</span>
          </label>
        ))}
      </div>
      <Clear {...props} />
    </>
  );
}

function Picker(props: Scaled) {
  const { scale, id, change, leave } = props;
  return (
    <select
      id={id}
      class="input short"
      {...tied(props)}
      value={scale.value === null ? "" : String(scale.value)}
      onChange={(event) => change(event.currentTarget.value === "" ? null : Number(event.currentTarget.value), false)}
      onBlur={leave}
    >
      <option value="">{t("choice.choose")}</option>
      {valuesOf(scale).map((each) => (
        <option key={each} value={String(each)}>
          {formatNumber(each, DECIMALS)}
        </option>
      ))}
    </select>
  );
}
