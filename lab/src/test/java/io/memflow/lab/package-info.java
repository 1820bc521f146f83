/**
 * Cross checks on real guests. The lab has test code only, and thus no module of its own: it runs on the class path, where
 * it sees what every module exports.
 */
@NullMarked
package io.memflow.lab;

import org.jspecify.annotations.NullMarked;
