package claudegateway.http;

/** What a filter does to whole answers: compress, tag. Streams pass it by. */
@FunctionalInterface
interface ResponseStep {
  Reply apply(Exchange exchange, Reply reply);
}
