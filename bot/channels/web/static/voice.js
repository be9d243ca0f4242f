// Recording what the person says, for a minute at most. The recording leaves the device once and is kept nowhere.

const LONGEST = 58000; // the server takes a minute
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export const canRecord = () =>
  document.documentElement.dataset.hears === "yes" &&
  typeof MediaRecorder === "function" &&
  Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

// Resolves to {stop, cancel, recording}: recording resolves to a blob, or to null when it was cancelled. Throws when the
// person does not allow the microphone.
export async function record() {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(microphone, { mimeType, audioBitsPerSecond: 32000 });
  const parts = [];
  let isCancelled = false;
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const recording = new Promise((resolve) => {
    recorder.onstop = () => {
      clearTimeout(timer);
      microphone.getTracks().forEach((track) => track.stop());
      resolve(isCancelled ? null : new Blob(parts, { type: recorder.mimeType }));
    };
  });
  const stop = () => recorder.state === "recording" && recorder.stop();
  const cancel = () => {
    isCancelled = true;
    stop();
  };
  const timer = setTimeout(stop, LONGEST);
  recorder.start();
  return { stop, cancel, recording };
}
