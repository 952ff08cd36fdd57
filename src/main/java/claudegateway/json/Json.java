package claudegateway.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** An immutable JSON value. A switch over it needs no default. */
public sealed interface Json {

  /** Fields in the order in which they stood; names are unique. */
  record Obj(Map<String, Json> fields) implements Json {
    public static final Obj EMPTY = new Obj(Map.of());

    public Obj {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** The field's value; empty when it is missing or null. */
    public Optional<Json> get(String name) {
      return Optional.ofNullable(fields.get(name)).filter(value -> value != Null.NULL);
    }

    public boolean has(String name) {
      return fields.containsKey(name);
    }

    /** The field when it is a string; empty when it is missing, null or of another type. */
    public Optional<String> string(String name) {
      return get(name).map(value -> value instanceof Str(String text) ? text : null);
    }

    /** The field when it is a whole number that fits a long. */
    public Optional<Long> integer(String name) {
      return get(name).map(value ->
          value instanceof Num number && number.isInteger() ? number.longValue() : null);
    }

    public Optional<Double> number(String name) {
      return get(name).map(value -> value instanceof Num number ? number.doubleValue() : null);
    }

    public boolean isTrue(String name) {
      return fields.get(name) == Bool.TRUE;
    }

    public Optional<Obj> object(String name) {
      return get(name).map(value -> value instanceof Obj object ? object : null);
    }

    /** The field's elements; an empty list when it is missing, null or no array. */
    public List<Json> array(String name) {
      return fields.get(name) instanceof Arr(List<Json> items) ? items : List.of();
    }

    public Obj with(String name, Json value) {
      Map<String, Json> changed = new LinkedHashMap<>(fields);
      changed.put(name, value);
      return new Obj(changed);
    }

    public Obj without(String name) {
      Map<String, Json> changed = new LinkedHashMap<>(fields);
      changed.remove(name);
      return new Obj(changed);
    }
  }

  record Arr(List<Json> items) implements Json {
    public static final Arr EMPTY = new Arr(List.of());

    public Arr {
      items = List.copyOf(items);
    }

    public static <T> Arr of(Iterable<T> values, Function<? super T, ? extends Json> each) {
      List<Json> items = new ArrayList<>();
      values.forEach(value -> items.add(each.apply(value)));
      return new Arr(items);
    }
  }

  record Str(String value) implements Json {}

  /** A number as it was written, so that nothing is lost: {@code 1e400} and {@code 0.10} stay themselves. */
  record Num(String literal) implements Json {
    public static Num of(long value) {
      return new Num(Long.toString(value));
    }

    /** A finite number; throws IllegalArgumentException for NaN and infinities, which JSON cannot say. */
    public static Num of(double value) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("not a JSON number: " + value);
      }
      return new Num(value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value) + ".0"
          : Double.toString(value));
    }

    /** A whole number that fits a long; {@code 1.0} is one, as JSON Schema has it. */
    public boolean isInteger() {
      double value = doubleValue();
      return literal.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))
          ? literal.length() <= 18 || fitsLong()
          : value == Math.rint(value) && Math.abs(value) < 1e15;
    }

    private boolean fitsLong() {
      try {
        Long.parseLong(literal);
        return true;
      } catch (NumberFormatException tooLarge) {
        return false;
      }
    }

    public long longValue() {
      return literal.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))
          ? Long.parseLong(literal)
          : (long) doubleValue();
    }

    public double doubleValue() {
      return Double.parseDouble(literal);
    }
  }

  enum Bool implements Json {
    TRUE,
    FALSE;

    public static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  enum Null implements Json {
    NULL
  }

  /** What JSON calls this value, for error messages: "string", "array", … */
  default String typeName() {
    return switch (this) {
      case Obj _ -> "object";
      case Arr _ -> "array";
      case Str _ -> "string";
      case Num _ -> "number";
      case Bool _ -> "boolean";
      case Null _ -> "null";
    };
  }

  /** Compact JSON text in UTF-8. */
  default byte[] toBytes() {
    return new JsonWriter().value(this).toBytes();
  }

  default String toText() {
    return new String(toBytes(), StandardCharsets.UTF_8);
  }

  static Json of(String value) {
    return value == null ? Null.NULL : new Str(value);
  }

  static Json of(long value) {
    return Num.of(value);
  }

  static Json of(double value) {
    return Num.of(value);
  }

  static Json of(boolean value) {
    return Bool.of(value);
  }

  /** An object from alternating names and values. */
  static Obj object(Object... namesAndValues) {
    Map<String, Json> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], wrap(namesAndValues[i + 1]));
    }
    return new Obj(fields);
  }

  private static Json wrap(Object value) {
    return switch (value) {
      case null -> Null.NULL;
      case Json json -> json;
      case String text -> new Str(text);
      case Integer number -> Num.of((long) number);
      case Long number -> Num.of(number);
      case Double number -> Num.of(number);
      case Boolean flag -> Bool.of(flag);
      case List<?> list -> Arr.of(list, Json::wrap);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    };
  }
}
