// SPDX-License-Identifier: MIT
/*
 * Programs of OpenGL ES, and what they draw
 */
#include <GLES2/gl2.h>

#include "../examples/check.h"
#include "program.h"

static const char vertex_shader[] = "attribute vec4 position;\n"
				    "attribute vec3 place;\n"
				    "varying vec3 at;\n"
				    "void main() {\n"
				    "	gl_Position = position;\n"
				    "	at = place;\n"
				    "}\n";

static GLuint make_shader(GLenum type, const char *text)
{
	GLuint shader = glCreateShader(type);
	char log[512];
	GLint good;

	glShaderSource(shader, 1, &text, NULL);
	glCompileShader(shader);
	glGetShaderiv(shader, GL_COMPILE_STATUS, &good);
	if (!good) {
		glGetShaderInfoLog(shader, sizeof(log), NULL, log);
		errx(EXIT_FAILURE, "OpenGL refuses a shader: %s", log);
	}
	return shader;
}

unsigned int program_make(const char *fragment_shader)
{
	GLuint program = glCreateProgram();

	glAttachShader(program, make_shader(GL_VERTEX_SHADER, vertex_shader));
	glAttachShader(program,
		       make_shader(GL_FRAGMENT_SHADER, fragment_shader));
	glBindAttribLocation(program, 0, "position");
	glBindAttribLocation(program, 1, "place");
	glLinkProgram(program);
	return program;
}

void program_draw(const struct program_corner *corners)
{
	glEnableVertexAttribArray(0);
	glEnableVertexAttribArray(1);
	glVertexAttribPointer(0, 4, GL_FLOAT, GL_FALSE, sizeof(*corners),
			      corners->position);
	glVertexAttribPointer(1, 3, GL_FLOAT, GL_FALSE, sizeof(*corners),
			      corners->place);
	glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}
