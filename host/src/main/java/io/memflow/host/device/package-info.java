/** Devices of this machine that must be read without waiting. */
package io.memflow.host.device;
