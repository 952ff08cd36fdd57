/**
 * The running program as agent frameworks use it: functions, structured output, images, reasoning, usage, over real
 * sockets, on the real CLI in both supported versions and the scripted model.
 */
package claudegateway.clients;
