package claudegateway.http;

import java.util.ArrayList;
import java.util.List;

/** The filters in their order, around a router. */
public final class Pipeline {
  private Pipeline() {}

  /**
   * From the outside in:
   *
   * <ol>
   *   <li>{@link RequestId}: everything behind it can name the request;
   *   <li>{@link AccessLog}: sees what was really answered, refusals included;
   *   <li>{@link SecurityHeaders}: on every answer, refusals included;
   *   <li>{@link Errors}: what is thrown behind it becomes an answer;
   *   <li>{@link HeadLimits}, {@link HostCheck}, {@link PeerCheck} (only without keys): who must not even be
   *       heard;
   *   <li>{@link Cors}: answers preflights, which carry no key;
   *   <li>the router's lookup, so that the next two know open routes; it refuses nothing yet;
   *   <li>{@link Authentication} (only with keys), {@link RateLimit};
   *   <li>{@link JsonBodies}, {@link EntityTags}, {@link Compression} (the tag is made before the
   *       compression);
   *   <li>{@code innermost}, then the route's handler, or its 404 or 405.
   * </ol>
   *
   * @param innermost for example a translation of other exceptions to {@link HttpError}
   */
  public static Handler of(
      AccessPolicy policy, Router router, Filter innermost, List<AccessRecord.Listener> listeners) {
    List<Filter> filters = new ArrayList<>();
    filters.add(new RequestId());
    filters.add(new AccessLog(listeners));
    filters.add(new SecurityHeaders());
    filters.add(new Errors());
    filters.add(new HeadLimits());
    filters.add(new HostCheck(policy.allowedHosts()));
    if (!policy.asksForKey()) {
      filters.add(new PeerCheck());
    }
    filters.add(new Cors(policy.allowedOrigins()));
    filters.add(router);
    if (policy.asksForKey()) {
      filters.add(new Authentication(policy.keys(), policy.keyInQuery()));
    }
    if (policy.requestsPerMinute() > 0) {
      filters.add(new RateLimit(policy.requestsPerMinute(), policy.burst(), System::nanoTime));
    }
    filters.add(new JsonBodies());
    filters.add(new EntityTags());
    filters.add(new Compression());
    filters.add(innermost);
    Handler chain = router;
    for (Filter filter : filters.reversed()) {
      chain = filter.before(chain);
    }
    return chain;
  }
}
