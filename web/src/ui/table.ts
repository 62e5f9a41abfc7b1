/** A column of a DataTable. The table's `cell` snippet draws it, unless `text` says it all. */
export interface Column<Row> {
  key: string;
  label: string;
  text?: (row: Row) => string;
  /** Its head sorts the list, by this column's key. */
  sort?: boolean;
  /** Its head is read out but not seen: buttons need none. */
  headless?: boolean;
  /** Figures: at the right. */
  end?: boolean;
  /** Grey: what is read second. */
  quiet?: boolean;
  /** Its text stays on one line. */
  line?: boolean;
  /** What can be spared: shown where the table is at least 1024 px wide, and on a phone's cards. */
  spare?: boolean;
  /** What a card on a phone does with it: the usual is a line of its own at the left; `label` names it there. */
  card?: 'end' | 'wide' | 'label' | 'skip';
}

/** Something a list can be narrowed by: offered under "Add filter", and a chip while it is on. */
export interface TableFilter {
  /** The filter's name in the list and in the address. */
  key: string;
  label: string;
  options: { value: string; label: string }[];
}
