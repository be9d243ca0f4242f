// A picture of the person: scaled down and drawn anew before it leaves the device, which drops where and when it was taken.

const LONGEST_EDGE = 2000;
const MOST_BYTES = 1000000;
const QUALITIES = [0.85, 0.7, 0.55, 0.4];

// Own pictures already shown, by id: what was just sent is not fetched again.
const shown = new Map();
export const remember = (id, address) => shown.set(id, address);
export const remembered = (id) => shown.get(id);

function dataAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

async function viaElement(file) {
  const image = new Image();
  const address = await dataAddress(file);
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = reject;
    image.src = address;
  });
  return image;
}

// Old phones have no createImageBitmap, or none that turns a picture upright.
async function decoded(file) {
  if (typeof createImageBitmap !== "function") return viaElement(file);
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    return viaElement(file);
  }
}

function drawn(source, longest) {
  const scale = Math.min(1, longest / Math.max(source.width, source.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(source.width * scale));
  canvas.height = Math.max(1, Math.round(source.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // JPEG knows no transparency
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const asJpeg = (canvas, quality) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));

// Returns {blob, preview}: a JPEG of at most 1 MB, and an address to show it with. Throws for what is no picture.
export async function shrunk(file) {
  const source = await decoded(file);
  for (const edge of [LONGEST_EDGE, LONGEST_EDGE / 2]) {
    const canvas = drawn(source, edge);
    for (const quality of QUALITIES) {
      const blob = await asJpeg(canvas, quality);
      if (blob && blob.size <= MOST_BYTES) return { blob, preview: await dataAddress(blob) };
    }
  }
  throw new Error("cannot be made small enough");
}

export async function fetched(answer) {
  if (!answer.ok) throw new Error("gone");
  return dataAddress(await answer.blob());
}
