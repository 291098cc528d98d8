/** Saves something as a file on the phone: the way out when the browser's own storage is full or its session has ended. */
export function saveAsFile(name: string, content: unknown): void {
  saveFile(new File([JSON.stringify(content, null, 2)], name, { type: "application/json" }));
}

/** Hands it to another app or person where the phone has a way for that (as text: browsers share no JSON); else saves it. */
export async function shareAsFile(name: string, content: unknown): Promise<void> {
  const text = JSON.stringify(content, null, 2);
  const shared = { files: [new File([text], `${name}.txt`, { type: "text/plain" })] };
  if ("canShare" in navigator && matchMedia("(pointer: coarse)").matches && navigator.canShare(shared)) {
    try {
      await navigator.share(shared);
      return;
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") return; // The person changed their mind.
    }
  }
  saveAsFile(name, content);
}

export function saveFile(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
