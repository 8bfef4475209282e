import { useEffect, useRef } from 'preact/hooks';

/** Sets the title. Another page starts at its top, with the focus on its heading, as after loading a document. */
export function usePageChange(title: string): void {
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${title} · zonewise`;
    if (!isFirst.current) startAtTop();
    isFirst.current = false;
  }, [title]);
}

function startAtTop(): void {
  // The list returns the focus to the Service that was visited.
  if (document.querySelector('main')?.contains(document.activeElement)) return;
  scrollTo(0, 0);
  document.querySelector('h1')?.focus({ preventScroll: true });
}
