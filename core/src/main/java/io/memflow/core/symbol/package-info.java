/** Symbols and structure layouts of a target behind one lookup, whatever format they came from. */
package io.memflow.core.symbol;
