/**
 * Projects: folders with a name, in which agents work; who may see which, and what may be one.
 *
 * <p>The idea: a path that comes from a client is never trusted. It is a project only when its real path,
 * links followed, lies where the operator allows it. The conversation asks for a folder by {@link
 * claudegateway.chat.Folders} and knows no more than that.
 *
 * <p>May depend on {@code chat}, {@code store}, {@code json}.
 */
package claudegateway.project;
