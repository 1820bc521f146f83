/** Intermediate symbol format: symbols and types of one kernel as JSON, as Volatility 3 and its tools exchange them. */
package io.memflow.formats.isf;
