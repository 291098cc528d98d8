/**
 * The line to the server while a run uses it. A connection from before the network changed may hang for minutes without
 * a word: whoever knows better (a page that hears 'online', a person who presses the button) says so to whatever page or
 * worker has the request under way, and that one asks anew.
 */

interface Anew {
  /** Milliseconds that a request under way still has to be heard from. */
  readonly grace: number;
}

/** A request was given up because somebody asked for a new one. Whether the server got it is unknown. */
export class AskedAnew extends Error {
  override readonly name = "AskedAnew";
}

function channelOf(device: number): BroadcastChannel | null {
  return typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`ben-line-${device}`);
}

/** Says to every run of this profile, here or elsewhere: unless the server is heard from within `grace`, ask it anew. */
export function askAnew(device: number, grace: number): void {
  const channel = channelOf(device);
  channel?.postMessage({ grace } satisfies Anew);
  channel?.close();
}

export interface Use {
  readonly signal: AbortSignal;
  readonly onHeard: () => void;
}

export class Line {
  private readonly channel: BroadcastChannel | null;

  /** `onHeard` is called when a request goes out and at every sign of the server. */
  constructor(
    device: number,
    private readonly until: AbortSignal | undefined,
    private readonly onHeard: () => void,
  ) {
    this.channel = channelOf(device);
  }

  /** One request. Raises `AskedAnew`, or what the request raises. */
  async use<Answer>(request: (use: Use) => Promise<Answer>): Promise<Answer> {
    const giveUp = new AbortController();
    const stop = (): void => giveUp.abort();
    if (this.until?.aborted) stop();
    this.until?.addEventListener("abort", stop);
    let grace: ReturnType<typeof setTimeout> | undefined;
    const asked = { anew: false };
    const heard = (): void => {
      clearTimeout(grace);
      grace = undefined;
      this.onHeard();
    };
    if (this.channel) {
      this.channel.onmessage = ({ data }: MessageEvent<Anew>) => {
        clearTimeout(grace);
        grace = setTimeout(() => {
          asked.anew = true;
          stop();
        }, data.grace);
      };
    }
    this.onHeard();
    try {
      return await request({ signal: giveUp.signal, onHeard: heard });
    } catch (error) {
      throw asked.anew ? new AskedAnew() : error;
    } finally {
      clearTimeout(grace);
      if (this.channel) this.channel.onmessage = null;
      this.until?.removeEventListener("abort", stop);
    }
  }

  close(): void {
    this.channel?.close();
  }
}
