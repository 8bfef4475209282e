import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ReviewError } from '../admission/review.ts';
import type { InputError } from '../runtime/errors.ts';
import { MAX_BODY_BYTES } from '../serving/limits.ts';

/** An HTTP error: status, code and message. */
export interface HttpErrorBody {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly problems?: readonly string[];
}

/** Client errors keep their message. All others are faults of zonewise and become a 500 without details. */
export function toHttpError(error: FastifyError | ReviewError | InputError, request: FastifyRequest): HttpErrorBody {
  if (error instanceof ReviewError) {
    return { status: 422, error: error.code, message: error.message, problems: error.problems };
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status < 500) {
    return { status, error: CLIENT_ERRORS[status] ?? 'bad-request', message: explain(status, error.message, request) };
  }
  request.log.error({ err: error, path: request.url.split('?')[0] }, 'request failed');
  return { status: 500, error: 'internal', message: 'zonewise failed to answer; its log says why' };
}

/** @param paths those that are answered */
export function notFound(request: FastifyRequest, paths: readonly string[]): HttpErrorBody {
  const message = `${request.method} ${request.url}; expected POST ${paths.join(' or ')}`;
  return { status: 404, error: 'not-found', message };
}

export function sendHttpError(reply: FastifyReply, { status, ...body }: HttpErrorBody): FastifyReply {
  return reply.code(status).send(body);
}

const CLIENT_ERRORS: Readonly<Record<number, string>> = {
  400: 'not-json',
  413: 'too-large',
  415: 'wrong-content-type',
};

function explain(status: number, message: string, request: FastifyRequest): string {
  if (status === 415)
    return `content-type is ${request.headers['content-type'] ?? 'missing'}; expected application/json`;
  if (status === 413) return `the body is larger than ${MAX_BODY_BYTES} bytes`;
  return status === 400 ? `the body is not JSON: ${message}` : message;
}
