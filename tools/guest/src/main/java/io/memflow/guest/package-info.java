/** Guests: their configuration, their life, and the one the demo shows. */
package io.memflow.guest;
