declare module '*.css';

/** The URL of a built Web Worker. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}
