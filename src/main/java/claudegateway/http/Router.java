package claudegateway.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The route table, and the way from a path to a handler.
 *
 * <p>A literal segment wins over a parameter. Unknown path: 404. Known path, other method: 405 with its
 * {@code Allow}. HEAD is GET without a body, OPTIONS is answered here. Built by one thread, then only read.
 *
 * <p>As a {@link Filter} it finds the exchange's route early, so that the filters behind it know it; as a
 * {@link Handler} it calls the route or throws why there is none.
 */
public final class Router implements Handler, Filter {
  private final List<Route> routes = new ArrayList<>();
  private final Node root = new Node();

  /** A point in the tree of segments. */
  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    Node parameter;
    final Map<String, Route> byMethod = new TreeMap<>();
  }

  /** Adds a route that needs a key where keys are configured. */
  public Router route(String method, String pattern, String name, Handler handler) {
    return add(new Route(method, pattern, handler, name, false));
  }

  /** Adds a route that everybody may call. */
  public Router open(String method, String pattern, String name, Handler handler) {
    return add(new Route(method, pattern, handler, name, true));
  }

  private Router add(Route route) {
    Node node = root;
    for (String segment : route.segments()) {
      if (Route.isParameter(segment)) {
        node.parameter = node.parameter == null ? new Node() : node.parameter;
        node = node.parameter;
      } else {
        node = node.literals.computeIfAbsent(segment, _ -> new Node());
      }
    }
    if (node.byMethod.putIfAbsent(route.method(), route) != null) {
      throw new IllegalArgumentException("two routes for " + route.method() + " " + route.pattern());
    }
    routes.add(route);
    return this;
  }

  /** All routes in the order in which they were added. */
  public List<Route> routes() {
    return List.copyOf(routes);
  }

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    Node node = find(root, exchange.segments(), 0, exchange.method());
    if (node != null) {
      Route route = serving(node, exchange.method());
      if (route != null) {
        exchange.routed(route, parameters(route, exchange.segments()));
      }
    }
    next.handle(exchange);
  }

  @Override
  public void handle(Exchange exchange) throws Exception {
    if (exchange.route().isPresent()) {
      exchange.route().get().handler().handle(exchange);
      return;
    }
    Node node = find(root, exchange.segments(), 0, exchange.method());
    if (node == null) {
      throw HttpError.notFound("not_found",
          "There is nothing at " + exchange.method() + " " + exchange.path());
    }
    if (!exchange.method().equals("OPTIONS")) {
      throw HttpError.methodNotAllowed(exchange.method(), exchange.path(), allowed(node));
    }
    exchange.header("Allow", String.join(", ", allowed(node)));
    exchange.empty(204);
  }

  /** The best node for the path: one that serves the method, else any with routes, else null. */
  private static Node find(Node node, List<String> segments, int depth, String method) {
    if (depth == segments.size()) {
      return node.byMethod.isEmpty() ? null : node;
    }
    Node literal = node.literals.get(segments.get(depth));
    Node viaLiteral = literal == null ? null : find(literal, segments, depth + 1, method);
    if (node.parameter == null || (viaLiteral != null && serving(viaLiteral, method) != null)) {
      return viaLiteral;
    }
    Node viaParameter = find(node.parameter, segments, depth + 1, method);
    return viaLiteral == null || (viaParameter != null && serving(viaParameter, method) != null)
        ? viaParameter
        : viaLiteral;
  }

  private static Route serving(Node node, String method) {
    return node.byMethod.get(method.equals("HEAD") ? "GET" : method);
  }

  private static List<String> allowed(Node node) {
    List<String> methods = new ArrayList<>(node.byMethod.keySet());
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    methods.add("OPTIONS");
    return methods.stream().distinct().sorted().toList();
  }

  private static Map<String, String> parameters(Route route, List<String> segments) {
    if (route.pattern().indexOf('{') < 0) {
      return Map.of();
    }
    List<String> pattern = route.segments();
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < pattern.size(); i++) {
      if (Route.isParameter(pattern.get(i))) {
        parameters.put(pattern.get(i).substring(1, pattern.get(i).length() - 1), segments.get(i));
      }
    }
    return parameters;
  }
}
