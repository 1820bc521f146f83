/** Views that wrap another: remapped, zero-filled, moved, in another byte order, delayed, metered. */
package io.memflow.core.view;
