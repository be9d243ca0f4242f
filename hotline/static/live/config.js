// What the page was served with: who works here, what they may, how patient the desk is.

export const config = JSON.parse(document.getElementById("desk").dataset.config);

/** Tell whether this agent may do something; the server asks again. */
export const may = (permission) => config.may.includes(permission);
