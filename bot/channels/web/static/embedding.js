// The page inside somebody else's page (see widget.js): it asks to be closed, and says nothing else.

const isEmbedded = window.parent !== window && /[?&]embed=1(?:&|$)/.test(location.search);

// No secret is in this message, so any parent may get it; only the widget knows what to do with it.
const close = () => window.parent.postMessage("jkt:close", "*");

export const onClose = isEmbedded ? close : null;
