package claudegateway.api;

import claudegateway.http.Exchange;
import claudegateway.json.Json;

/** A handler whose answer is one JSON value with status 200. */
@FunctionalInterface
interface Action {
  Json run(Exchange exchange) throws Exception;
}
