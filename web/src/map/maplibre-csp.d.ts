// MapLibre's build for a strict content security policy: the same library, its worker a file of its own.
declare module 'maplibre-gl/dist/maplibre-gl-csp.js' {
  export * from 'maplibre-gl';
}
