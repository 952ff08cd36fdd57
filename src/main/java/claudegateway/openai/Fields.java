package claudegateway.openai;

import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object of the request and where it stands in it, so that every complaint names its field. A field that
 * is null counts as absent; unknown fields are never looked at.
 *
 * @param path the object's own place, "" for the request itself
 */
public record Fields(Json.Obj object, String path) {

  /** A request body where nothing is required, so that there may be none. Throws InvalidRequest. */
  public static Fields parseOptional(byte[] body) {
    return body.length == 0 ? new Fields(Json.Obj.EMPTY, "") : parse(body);
  }

  /** A request body that must be a JSON object. Throws InvalidRequest. */
  public static Fields parse(byte[] body) {
    Json value;
    try {
      value = JsonReader.parse(body);
    } catch (JsonException broken) {
      throw InvalidRequest.body("invalid_json",
          "The request body is not valid: " + broken.getMessage() + ".");
    }
    if (value instanceof Json.Obj object) {
      return new Fields(object, "");
    }
    throw InvalidRequest.body("invalid_type",
        "The request body must be a JSON object, but is of type " + value.typeName() + ".");
  }

  static Fields of(Json value, String path) {
    if (value instanceof Json.Obj object) {
      return new Fields(object, path);
    }
    throw InvalidRequest.type(path, "an object", value);
  }

  /** The full name of a field, as OpenAI writes it in {@code param}. */
  public String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  String at(String name, int index) {
    return at(name) + "[" + index + "]";
  }

  public boolean has(String name) {
    return value(name).isPresent();
  }

  Optional<Json> value(String name) {
    return object.get(name);
  }

  Json required(String name) {
    return value(name).orElseThrow(() -> InvalidRequest.missing(at(name)));
  }

  /** A string of any length, the empty one included. */
  public Optional<String> string(String name) {
    return value(name).map(value -> {
      if (value instanceof Json.Str(String text)) {
        return text;
      }
      throw InvalidRequest.type(at(name), "a string", value);
    });
  }

  /** A string of 1 to {@code lengthMax} UTF-16 units. */
  public Optional<String> name(String name, int lengthMax) {
    Optional<String> text = string(name);
    text.ifPresent(found -> {
      if (found.isEmpty()) {
        throw InvalidRequest.of("empty_string", at(name),
            "Invalid '" + at(name) + "': empty string. Expected 1 to " + lengthMax + " characters.");
      }
      if (found.length() > lengthMax) {
        throw InvalidRequest.of("string_above_max_length", at(name), "Invalid '" + at(name)
            + "': string too long. Expected at most " + lengthMax + " characters, but got "
            + found.length() + ".");
      }
    });
    return text;
  }

  public String requiredName(String name, int lengthMax) {
    required(name);
    return name(name, lengthMax).orElseThrow();
  }

  public Optional<Boolean> bool(String name) {
    return value(name).map(value -> {
      if (value instanceof Json.Bool flag) {
        return flag == Json.Bool.TRUE;
      }
      throw InvalidRequest.type(at(name), "a boolean", value);
    });
  }

  public boolean isTrue(String name) {
    return bool(name).orElse(false);
  }

  Optional<Double> number(String name, double min, double max) {
    return value(name).map(value -> {
      if (!(value instanceof Json.Num number)) {
        throw InvalidRequest.type(at(name), "a number from " + plain(min) + " to " + plain(max), value);
      }
      double found = number.doubleValue();
      if (found < min || found > max) {
        throw outOfRange("decimal", name, found < min, plain(min), plain(max), number);
      }
      return found;
    });
  }

  /** A whole number; {@code 3.0} is one. */
  public Optional<Long> integer(String name, long min, long max) {
    return value(name).map(value -> {
      if (!(value instanceof Json.Num number) || number.doubleValue() != Math.rint(number.doubleValue())) {
        throw InvalidRequest.type(at(name), "an integer from " + min + " to " + max, value);
      }
      double found = number.doubleValue();
      if (found < min || found > max || !number.isInteger()) {
        throw outOfRange("integer", name, found < min, Long.toString(min), Long.toString(max), number);
      }
      return number.longValue();
    });
  }

  public Optional<Fields> object(String name) {
    return value(name).map(value -> of(value, at(name)));
  }

  public Fields requiredObject(String name) {
    return of(required(name), at(name));
  }

  /** The elements of an array of at most {@code lengthMax}; an empty list when it is absent. */
  public List<Json> list(String name, int lengthMax) {
    Json value = value(name).orElse(Json.Arr.EMPTY);
    if (!(value instanceof Json.Arr(List<Json> items))) {
      throw InvalidRequest.type(at(name), "an array", value);
    }
    if (items.size() > lengthMax) {
      throw InvalidRequest.of("array_above_max_length", at(name), "Invalid '" + at(name)
          + "': array too long. Expected at most " + lengthMax + " elements, but got " + items.size() + ".");
    }
    return items;
  }

  /** The objects of an array, each with its place. */
  List<Fields> objects(String name, int lengthMax) {
    List<Json> items = list(name, lengthMax);
    List<Fields> objects = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      objects.add(of(items.get(i), at(name, i)));
    }
    return objects;
  }

  /** What a word stands for; another word is a complaint that lists the known ones in the map's order. */
  <T> Optional<T> word(String name, Map<String, T> words) {
    return string(name).map(word -> {
      T found = words.get(word);
      if (found == null) {
        throw InvalidRequest.value(at(name), word, words.keySet());
      }
      return found;
    });
  }

  private InvalidRequest outOfRange(
      String kind, String name, boolean below, String min, String max, Json.Num found) {
    return InvalidRequest.of(kind + (below ? "_below_min_value" : "_above_max_value"), at(name),
        "Invalid '" + at(name) + "': expected a value from " + min + " to " + max + ", but got "
            + InvalidRequest.quoted(found.literal()) + ".");
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
