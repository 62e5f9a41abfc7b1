import path from 'node:path';

/** What a run of the stories leaves: pictures of failures, cookies. Parts of the suite that run at once have one each. */
export const results = path.resolve('test-results', process.env.PART ?? 'all');
