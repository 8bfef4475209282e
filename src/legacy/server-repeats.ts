import type { Judge } from '../admission/admit.ts';
import { isSameBasis } from '../engine/dependencies.ts';
import type { Reviewed } from '../webhook/review-summary.ts';
import type { BasisSubject } from './admission-basis.ts';
import { admissionBasisOf, Identities } from './admission-basis.ts';
import { Recent } from './engine-recent.ts';
import type { Question } from './server-question.ts';

/** Questions kept, at least so many bytes of the latest and at most twice as many: some thousand Services. */
const BYTES = 4 * 1024 * 1024;

/** Questions asked once are known by their checksum only, about so many of them. */
const ASKED_ONCE = 16 * 1024;

/** An answer on its way: the whole AdmissionReview as JSON, and what is told of it. */
export interface Answer {
  readonly text: string;
  readonly reviewed: Reviewed;
}

interface Known {
  readonly bytes: Buffer;
  readonly subject: BasisSubject;
  readonly basis: readonly unknown[];
  /** The answer's text behind the uid. */
  readonly rest: string;
  readonly reviewed: Reviewed;
}

/**
 * Answers to questions that were asked before. Whoever compares a cluster with its sources does so by sending every object
 * as a dry run, every few minutes, and hardly ever has anything changed: neither the object nor what its judgement rests
 * on. Where either has, the question is a new one.
 */
export class Repeats {
  readonly #judge: Judge;
  readonly #identities = new Identities();
  readonly #askedOnce = new Uint32Array(ASKED_ONCE);
  readonly #known = new Recent<number, Known>(BYTES, ({ bytes }) => bytes.length);

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  answerTo({ uid, bytes, checksum }: Question): Answer | null {
    const known = this.#known.get(checksum);
    if (!known?.bytes.equals(bytes)) return null;
    if (!isSameBasis(known.basis, this.#basisOf(known.subject))) return null;
    return { text: `${BEFORE_UID}${uid}${known.rest}`, reviewed: known.reviewed };
  }

  /** From the second time on; most things are asked but once. Only for answers that rest on nothing but question and basis. */
  remember({ uid, bytes, checksum }: Question, { text, reviewed }: Answer, subject: BasisSubject): void {
    const slot = checksum % ASKED_ONCE;
    if (this.#askedOnce[slot] !== checksum) {
      this.#askedOnce[slot] = checksum;
      return;
    }
    const before = `${BEFORE_UID}${uid}`;
    // A body may name its uid twice, and then the last counts.
    if (!text.startsWith(before)) return;
    const { namespace, name, annotations } = subject;
    const basis = this.#basisOf(subject);
    const rest = text.slice(before.length);
    this.#known.set(checksum, {
      bytes: Buffer.from(bytes),
      subject: { namespace, name, annotations },
      basis,
      rest,
      reviewed,
    });
  }

  #basisOf(subject: BasisSubject): readonly unknown[] {
    return admissionBasisOf(subject, this.#judge, this.#identities);
  }
}

const BEFORE_UID = '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"';
