/** Where to tap, drawn as the phone shows it; the words beside them say the same. */
import type { ComponentChildren } from "preact";
import type { Way } from "../../shell/install";

const SHARE = "M-5 -2h-3v11h16V-2h-3M0 4V-9M-4 -5l4-4 4 4";
const BOAT = "M-9 3h18l-2.500 5h-13zM0 3V-9M0-8l6 8H0M-2.500-2.500L-6 0";

function Screen({ children }: { children: ComponentChildren }) {
  return (
    <svg class="install-picture" viewBox="0 0 240 96" aria-hidden="true" focusable="false">
      <rect class="frame" x="1" y="1" width="238" height="94" rx="10" />
      {children}
    </svg>
  );
}

/** The thing to tap, ringed. */
function Here({ x, y }: { x: number; y: number }) {
  return <circle class="here" cx={x} cy={y} r="17" />;
}

function Page() {
  return (
    <>
      <rect class="grey" x="24" y="40" width="120" height="7" rx="3" />
      <rect class="grey" x="24" y="54" width="170" height="7" rx="3" />
    </>
  );
}

function ShareBar() {
  return (
    <Screen>
      <rect class="grey" x="24" y="14" width="120" height="7" rx="3" />
      <rect class="grey" x="24" y="28" width="170" height="7" rx="3" />
      <path class="edge" d="M1 50h238" />
      <path class="mark" d="M40 66l-7 7 7 7M76 66l7 7-7 7M156 66v14h14V66zM196 64v18l7-5 7 5V64z" opacity="0.45" />
      <Here x={120} y={73} />
      <path class="mark" d={SHARE} transform="translate(120 73)" />
    </Screen>
  );
}

function DotsBar({ bottom }: { bottom: boolean }) {
  const y = bottom ? 76 : 20;
  return (
    <Screen>
      {bottom ? <rect class="grey" x="24" y="20" width="170" height="7" rx="3" /> : <Page />}
      <path class="edge" d={`M1 ${bottom ? 54 : 39}h238`} />
      <rect class="grey" x="16" y={y - 9} width="168" height="18" rx="9" />
      <Here x={214} y={y} />
      <path class="mark dots" d={`M214 ${y - 7}v.1M214 ${y}v.1M214 ${y + 7}v.1`} />
    </Screen>
  );
}

function MenuRow({ label }: { label: string }) {
  return (
    <Screen>
      <rect class="grey" x="24" y="14" width="110" height="7" rx="3" />
      <rect class="row" x="10" y="32" width="220" height="34" rx="8" />
      <path class="mark" d="M22 42h14v14H22zM29 45.500v7M25.500 49h7" />
      <text x="46" y="54">
        {label}
      </text>
      <rect class="grey" x="24" y="76" width="90" height="7" rx="3" />
    </Screen>
  );
}

function HomeScreen() {
  return (
    <Screen>
      {[34, 92, 206].map((x) => (
        <rect key={x} class="grey" x={x - 19} y="20" width="38" height="38" rx="9" />
      ))}
      <rect class="app" x="130" y="20" width="38" height="38" rx="9" />
      <path class="on-app" d={BOAT} transform="translate(149 40)" />
      <text x="149" y="80" text-anchor="middle">
        Bến
      </text>
    </Screen>
  );
}

export function InstallPicture({ way, step, label }: { way: Exclude<Way, "button">; step: 1 | 2 | 3; label: string }) {
  if (step === 2) return <MenuRow label={label} />;
  if (step === 3) return <HomeScreen />;
  return way === "ios" ? <ShareBar /> : <DotsBar bottom={way === "firefox"} />;
}
