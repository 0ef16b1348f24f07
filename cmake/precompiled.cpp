// SPDX-License-Identifier: Apache-2.0
// Carries the precompiled headers that cmake/Build.cmake and cmake/Tests.cmake name; it has nothing of its own.
