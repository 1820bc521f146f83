/** Plugins: what connectors and OS layers provide, how chains of them are written, and how they are built. */
package io.memflow.core.plugin;
