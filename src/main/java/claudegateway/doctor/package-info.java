/**
 * Whether the installed CLI behaves as this gateway relies on, shown by running it against the stub of the model's
 * API, in a home of its own.
 *
 * <p>The idea: the CLI updates itself on people's machines, and much of what the gateway needs is promised nowhere.
 * Each such fact is a line of {@link claudegateway.doctor.CliFacts}, checked through the same classes that the
 * gateway uses.
 *
 * <p>May depend on {@code claude}, {@code demo} and {@code json}.
 */
package claudegateway.doctor;
