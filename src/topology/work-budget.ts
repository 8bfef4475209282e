/** An evaluation exceeds its limit of steps or time, as the message states. */
export class WorkLimitExceeded extends Error {
  override readonly name = 'WorkLimitExceeded';
  readonly reason: 'work-limit' | 'deadline';

  constructor(reason: 'work-limit' | 'deadline') {
    super(`not evaluated in full: ${LIMIT_TEXTS[reason]}`);
    this.reason = reason;
  }
}

const LIMIT_TEXTS = {
  'work-limit': 'its ports have too many different sets of endpoints',
  deadline: 'the deadline of the review has passed',
};

/**
 * Steps of one evaluation: about one per indexed endpoint, a tenth of a microsecond each. This is about a hundred times the
 * need of the largest Service whose ports share one set of endpoints.
 */
export const MAX_STEPS = 1_000_000;

/** The value, or `otherwise` if the budget does not suffice to compute it. */
export function withinBudget<T>(compute: () => T, otherwise: T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof WorkLimitExceeded) return otherwise;
    throw error;
  }
}

/** Bounds the work of one evaluation. Once it is exceeded, each further use throws. */
export class WorkBudget {
  #steps: number;
  readonly #isOver: () => boolean;

  /** @param isOver true when the caller's time has run out; by default it never does */
  constructor(maxSteps = MAX_STEPS, isOver: () => boolean = () => false) {
    this.#steps = maxSteps;
    this.#isOver = isOver;
  }

  get isExceeded(): boolean {
    return this.#steps < 0 || this.#isOver();
  }

  /** Throws WorkLimitExceeded if these steps are more than what is left, or if the time has run out. */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new WorkLimitExceeded('work-limit');
    if (this.#isOver()) throw new WorkLimitExceeded('deadline');
  }
}
