package claudegateway.api;

import claudegateway.chat.SessionView;
import claudegateway.http.Exchange;
import claudegateway.json.Json;
import java.util.function.Function;

/**
 * Which part of a list: {@code page} and {@code per_page}, or {@code limit} and {@code offset} (or
 * {@code cursor}); what is out of range is moved to the nearest bound.
 *
 * @param limit 1 to {@link #SIZE_MAX}
 */
record Paging(int limit, int offset) {
  static final int SIZE_MAX = 100;

  private static final int OFFSET_MAX = Integer.MAX_VALUE - SIZE_MAX;

  static Paging of(Exchange exchange, int usual) {
    return of(exchange, usual, SIZE_MAX);
  }

  static Paging of(Exchange exchange, int usual, int max) {
    if (exchange.query("limit").isPresent() || exchange.query("offset").isPresent()
        || exchange.query("cursor").isPresent()) {
      int cursor = exchange.queryInt("cursor", 0, 0, OFFSET_MAX);
      return new Paging(exchange.queryInt("limit", usual, 1, max),
          exchange.queryInt("offset", cursor, 0, OFFSET_MAX));
    }
    int size = exchange.queryInt("per_page", usual, 1, max);
    long offset = (exchange.queryInt("page", 1, 1, OFFSET_MAX) - 1L) * size;
    return new Paging(size, (int) Math.min(offset, OFFSET_MAX));
  }

  /** A list in every client's shape: the items stand under {@code data} and under their own name. */
  <T> Json.Obj list(String name, SessionView.Page<T> page, Function<T, Json.Obj> each) {
    Json.Arr items = Json.Arr.of(page.items(), each);
    long pages = Math.ceilDiv(page.total(), limit);
    return Json.object(
        "object", "list",
        "data", items,
        "pagination", Json.object(
            "page", offset / limit + 1,
            "per_page", limit,
            "total_items", page.total(),
            "total_pages", pages,
            "has_next", offset + (long) page.items().size() < page.total(),
            "has_prev", offset > 0),
        name, items,
        "total", page.total(),
        "offset", offset,
        "limit", limit);
  }
}
