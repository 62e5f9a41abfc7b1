/** What a list shows, as it stands in the address: filters, the sort, the search, the page. */
export interface ListQuery {
  /** Filter -> value; a filter at its usual value is not in the address. */
  filters: Record<string, string>;
  sort: ListSort | undefined;
  search: string;
  /** From 1; for lists that are numbered. */
  page: number;
}

export interface ListSort {
  key: string;
  descending: boolean;
}

/** What a list shows when its address says nothing. */
export interface ListUsual {
  filters: Record<string, string>;
  sort?: ListSort;
}

/** Reads an address; filters that the list does not know belong to somebody else. */
export function readQuery(address: URLSearchParams, usual: ListUsual): ListQuery {
  const filters: Record<string, string> = {};
  for (const [key, value] of Object.entries(usual.filters)) filters[key] = address.get(key) ?? value;
  const sort = address.get('sort');
  return {
    filters,
    sort: sort ? { key: sort.replace(/^-/, ''), descending: sort.startsWith('-') } : usual.sort,
    search: address.get('q') ?? '',
    page: Math.max(1, Math.floor(Number(address.get('page'))) || 1),
  };
}

/** Writes it back into a copy of the address; whatever else stands there stays. */
export function writeQuery(address: URLSearchParams, query: ListQuery, usual: ListUsual): URLSearchParams {
  const next = new URLSearchParams(address);
  const put = (key: string, value: string, plain: string): void => {
    if (value === plain) next.delete(key);
    else next.set(key, value);
  };
  for (const [key, plain] of Object.entries(usual.filters)) put(key, query.filters[key] ?? plain, plain);
  put('sort', sortWord(query.sort), sortWord(usual.sort));
  put('q', query.search, '');
  put('page', query.page > 1 ? String(query.page) : '', '');
  return next;
}

function sortWord(sort: ListSort | undefined): string {
  return sort ? `${sort.descending ? '-' : ''}${sort.key}` : '';
}
