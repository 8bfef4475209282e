import type { ComponentChildren } from 'preact';
import { ApiError } from './data/api.ts';

/** A short message shown instead of content. */
export function Notice({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="notice" role="status">
      <p class="notice-title">{title}</p>
      {children}
    </div>
  );
}

export function Failure({ error }: { readonly error: unknown }) {
  const text = error instanceof ApiError ? error.message : 'zonewise sent a response that this page cannot read.';
  return (
    <div class="notice notice--failed" role="alert">
      <p class="notice-title">This could not be loaded</p>
      <p>{text}</p>
      <button type="button" class="button button--small" onClick={() => location.reload()}>
        Try again
      </button>
    </div>
  );
}
