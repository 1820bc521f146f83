/** The one tree of exceptions, with an origin and a kind that are stable across the C ABI. */
package io.memflow.core.error;
