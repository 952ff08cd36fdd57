/**
 * The program around the rooms: what can be set, how it starts, how it stops.
 *
 * <p>{@code Settings} is the one table of settings; the command line, the environment, the settings file,
 * {@code --help} and every error about a setting are read off it. {@link claudegateway.Config} is what came
 * out, typed and immutable. {@link claudegateway.Gateway} wires the rooms; {@link claudegateway.Main} is a
 * process around it, with exit codes as in sysexits.h.
 *
 * <p>May depend on all rooms; no room depends on it.
 */
package claudegateway;
