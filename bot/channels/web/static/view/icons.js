import { html } from "./html.js";

const icon = (path) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`;

export const PinIcon = () =>
  icon(html`<path d="M12 21s-6.5-5.6-6.5-11a6.5 6.5 0 0 1 13 0c0 5.4-6.5 11-6.5 11z" /><circle cx="12" cy="10" r="2.3" />`);

export const PhoneIcon = () =>
  icon(html`<path d="M6.5 3.5h3l1.5 4-2 1.5a11 11 0 0 0 6 6l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2z" />`);

export const DownIcon = () => icon(html`<path d="M12 5v14M6 13l6 6 6-6" />`);

export const PictureIcon = () =>
  icon(html`<rect x="3.5" y="5" width="17" height="14" rx="2.2" /><circle cx="8.8" cy="10" r="1.6" /><path d="M4 17.2l5-4.4 3.4 2.9 3.3-3.6 4.6 4.6" />`);

export const MoonIcon = () => icon(html`<path d="M20 14.2A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.2z" />`);

export const CloseIcon = () => icon(html`<path d="M6 6l12 12M18 6L6 18" />`);

export const MicrophoneIcon = () =>
  icon(html`<rect x="9" y="3.5" width="6" height="10.5" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />`);
