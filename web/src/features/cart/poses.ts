import type { Pose, Schemas } from '../../api/types';
import { duration, grams, money } from '../../lib/format';

export type OfferedPose = Schemas['PoseView'];
type Poses = Schemas['PosesView'];

/** How a model lies, by where its top looks now. */
function lying({ w, x, y }: Pose): string {
  const up = 1 - 2 * (x * x + y * y);
  if (up > 0.999) return 'Turned on the spot';
  if (up < -0.999) return 'Upside down';
  // The file's own up lies down: along the bed, or at a slant.
  return Math.abs(up) < 0.02 || Math.abs(w) < 1e-9 ? 'On its side' : 'Tilted';
}

const keyOf = ({ pose: { w, x, y, z } }: OfferedPose): string => `${w} ${x} ${y} ${z}`;

/** What was found anew, with the poses that somebody looks at where they were: those that came meanwhile are last. */
export function inPlace(found: Poses, shown: Poses): Poses {
  const at = new Map(shown.poses.map((pose, i) => [keyOf(pose), i]));
  const place = (pose: OfferedPose): number => at.get(keyOf(pose)) ?? shown.poses.length;
  return { ...found, poses: found.poses.toSorted((a, b) => place(a) - place(b)) };
}

/** A name for each pose, no two alike. */
export function poseNames(poses: OfferedPose[]): string[] {
  const names: string[] = [];
  for (const pose of poses) {
    const name = pose.own ? 'As in your file' : lying(pose.pose);
    const others = names.filter((other) => other === name || other.startsWith(`${name} (`)).length;
    names.push(others === 0 ? name : `${name} (${others + 1})`);
  }
  return names;
}

/** What stands out about a pose among those shown; '' for nothing. A pose that is dearer than the file's own is never called the cheapest. */
export function poseBadge(pose: OfferedPose, poses: OfferedPose[]): string {
  const cheapest = Math.max(...poses.map(({ saves }) => saves));
  const quickest = Math.min(...poses.map(({ seconds }) => seconds));
  const lightest = Math.min(...poses.map(({ support_grams }) => support_grams ?? 0));
  const words = [
    pose.advantages.includes('cheaper') && pose.saves === cheapest && 'cheapest',
    pose.advantages.includes('quicker') && pose.seconds === quickest && 'quickest',
  ].filter((word) => word !== false);
  if (words.length === 0 && pose.advantages.includes('less_support') && (pose.support_grams ?? 0) === lightest) {
    return pose.supports_used ? 'Least support' : 'No supports';
  }
  return words.join(' and ').replace(/^./, (letter) => letter.toUpperCase());
}

/** What a pose costs beside the one that is chosen: "saves $3.20"; '' for as much. */
export function differenceWords({ chosen, saves }: OfferedPose, estimated: boolean): string {
  if (chosen) return 'as it is now';
  if (saves === 0) return '';
  const about = estimated ? 'about ' : '';
  return saves > 0 ? `saves ${about}${money(saves)}` : `${about}${money(-saves)} more`;
}

/** What supports weigh: "4.2 g", "some" where the shop does not say, "none". */
export function supportsWords({ supports_used, support_grams }: OfferedPose): string {
  if (!supports_used || (support_grams !== undefined && support_grams < 0.05)) return 'none';
  return support_grams === undefined ? 'some' : grams(support_grams);
}

/** The best other pose in a sentence, for the stage; where none is better, how the part lies now. */
export function offerWords({ poses, estimated }: Poses): { title: string; rest: string } | undefined {
  const names = poseNames(poses);
  const at = poses.findIndex(({ chosen }) => chosen);
  const now = poses[at];
  if (!now) return undefined;
  const best = poses.findIndex(
    (pose) => !pose.chosen && !pose.own && pose.advantages.length > 0 && isBetter(pose, now),
  );
  const pose = poses[best];
  if (!pose) {
    return { title: now.own ? 'It can lie in other ways.' : `Lies ${inSentence(names[at]!)} now.`, rest: '' };
  }
  const free = supportsWords(now) !== 'none' && supportsWords(pose) === 'none';
  const quicker = now.seconds - pose.seconds;
  const price = `${estimated ? 'About ' : ''}${money(pose.price)}`;
  const saves = [
    pose.saves > 0 && `${estimated ? 'about ' : ''}${money(pose.saves)}`,
    quicker >= 60 && duration(quicker),
  ].filter(Boolean);
  const what = free
    ? 'needs no supports'
    : pose.saves > 0
      ? 'costs less'
      : quicker >= 60
        ? 'is quicker'
        : 'needs less support';
  return {
    title: `${names[best]} it ${what}.`,
    rest: saves.length > 0 ? `${price}, saves ${saves.join(' and ')}.` : `${price}.`,
  };
}

/** Cheaper, or for no more quicker or with less support, than the one that is chosen. */
function isBetter(pose: OfferedPose, now: OfferedPose): boolean {
  if (pose.saves !== 0) return pose.saves > 0;
  return now.seconds - pose.seconds >= 60 || (now.supports_used && !pose.supports_used);
}

function inSentence(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
