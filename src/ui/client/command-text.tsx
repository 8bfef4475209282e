import { useEffect, useState } from 'preact/hooks';

type Copied = 'no' | 'yes' | 'failed';

/** A command with a button that copies it. */
export function CommandText({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState<Copied>('no');
  useEffect(() => setCopied('no'), [text]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  };
  return (
    <>
      <pre class="command">
        <code>{text}</code>
      </pre>
      <p class="copy">
        <button type="button" class="button button--main" onClick={copy}>
          Copy
        </button>
        <span role="status">
          {copied === 'yes' && 'Copied.'}
          {copied === 'failed' && 'The browser did not allow it: select the text instead.'}
        </span>
      </p>
    </>
  );
}
