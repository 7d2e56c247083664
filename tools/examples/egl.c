// SPDX-License-Identifier: MIT
/*
 * kdmabuf-example-egl xrgb|nv12 FILE.png [software]
 *
 * Draws a picture out of one buffer into another by OpenGL ES, mirrored, without
 * copying either; and writes what came of it to a file. In NV12 the brightness and
 * the colours lie in one buffer, one after the other: they are one image where the
 * driver takes that and knows what colours they are, two else.
 */
#include <GLES2/gl2.h>
#include <GLES2/gl2ext.h>
#include <drm_fourcc.h>
#include <kdmabuf.h>
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "check.h"
#include "gpu.h"
#include "picture.h"

#define WIDTH 640
#define HEIGHT 360

static const char vertex_shader[] =
	"attribute vec2 position;\n"
	"varying vec2 place;\n"
	"void main() {\n"
	"	gl_Position = vec4(2.0 * position - 1.0, 0.0, 1.0);\n"
	"	place = vec2(1.0 - position.x, position.y);\n"
	"}\n";

/* The driver makes RGB of what the image is. */
static const char one_image_shader[] =
	"#extension GL_OES_EGL_image_external : require\n"
	"precision highp float;\n"
	"uniform samplerExternalOES picture;\n"
	"varying vec2 place;\n"
	"void main() {\n"
	"	gl_FragColor = texture2D(picture, place);\n"
	"}\n";

/*
 * By BT.601, of 16 to 235 or 240, as video has it. Without a word samplers have low
 * precision, in which the arithmetic would be, too.
 */
static const char two_images_shader[] =
	"#extension GL_OES_EGL_image_external : require\n"
	"precision highp float;\n"
	"uniform highp samplerExternalOES picture, colours;\n"
	"varying vec2 place;\n"
	"void main() {\n"
	"	vec3 video = 255.0 * vec3(texture2D(picture, place).r,\n"
	"				  texture2D(colours, place).rg);\n"
	"	vec3 yuv = (video - vec3(16.0, 128.0, 128.0)) /\n"
	"		   vec3(219.0, 224.0, 224.0);\n"
	"	gl_FragColor = vec4(mat3(1.0,    1.0,      1.0,\n"
	"				 0.0,   -0.344136, 1.772,\n"
	"				 1.402, -0.714136, 0.0) * yuv, 1.0);\n"
	"}\n";

static void add_shader(GLuint program, GLenum type, const char *text)
{
	GLuint shader = glCreateShader(type);

	glShaderSource(shader, 1, &text, NULL);
	glCompileShader(shader);
	glAttachShader(program, shader);
}

static void draw(const char *fragment_shader)
{
	static const GLfloat corners[] = { 0, 0, 1, 0, 0, 1, 1, 1 };
	GLuint program = glCreateProgram();

	add_shader(program, GL_VERTEX_SHADER, vertex_shader);
	add_shader(program, GL_FRAGMENT_SHADER, fragment_shader);
	glBindAttribLocation(program, 0, "position");
	glLinkProgram(program);
	glUseProgram(program);
	glUniform1i(glGetUniformLocation(program, "picture"), 0);
	glUniform1i(glGetUniformLocation(program, "colours"), 1);
	glViewport(0, 0, WIDTH, HEIGHT);
	glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, 0, corners);
	glEnableVertexAttribArray(0);
	glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
	if (glGetError())
		errx(EXIT_FAILURE, "OpenGL refused something");
}

/* A grey that grows to the right and down, in colours that do too. */
static void draw_nv12(const struct canvas *canvas)
{
	unsigned char *y = canvas->pixels, *uv = y + WIDTH * HEIGHT;

	check(kdmabuf_begin_cpu_access(canvas->fd, DMA_BUF_SYNC_WRITE),
	      "begin drawing");
	for (int i = 0; i < WIDTH * HEIGHT; i++)
		y[i] = 32 + (i % WIDTH + 2 * (i / WIDTH)) % 128;
	for (int i = 0; i < WIDTH / 2 * HEIGHT / 2; i++) {
		uv[2 * i] = 96 + i % (WIDTH / 2) % 64;
		uv[2 * i + 1] = 96 + i / (WIDTH / 2) % 64;
	}
	check(kdmabuf_end_cpu_access(canvas->fd, DMA_BUF_SYNC_WRITE),
	      "end drawing");
}

/* Makes a texture the one of number @unit, and returns its name. */
static GLuint make_texture(GLuint unit, GLenum target)
{
	GLuint texture;

	glGenTextures(1, &texture);
	glActiveTexture(GL_TEXTURE0 + unit);
	glBindTexture(target, texture);
	return texture;
}

/* Returns of how many images the textures are. */
static int import_nv12(struct gpu_image image)
{
	const uint32_t colours = image.stride * image.height;

	image.format = DRM_FORMAT_NV12;
	image.second_offset = colours;
	make_texture(0, GL_TEXTURE_EXTERNAL_OES);
	if (gpu_try_import(&image, GL_TEXTURE_EXTERNAL_OES))
		return 1;
	image.format = DRM_FORMAT_R8;
	image.second_offset = 0;
	gpu_import(&image, GL_TEXTURE_EXTERNAL_OES);
	image.format = DRM_FORMAT_GR88;
	image.offset = colours;
	image.width /= 2;
	image.height /= 2;
	make_texture(1, GL_TEXTURE_EXTERNAL_OES);
	gpu_import(&image, GL_TEXTURE_EXTERNAL_OES);
	return 2;
}

/* Has what is drawn go to the image. */
static void draw_on(const struct gpu_image *image)
{
	GLuint texture = make_texture(2, GL_TEXTURE_2D), framebuffer;

	gpu_import(image, GL_TEXTURE_2D);
	glGenFramebuffers(1, &framebuffer);
	glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
	glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0,
			       GL_TEXTURE_2D, texture, 0);
}

int main(int argc, char **argv)
{
	struct canvas source = canvas_make(WIDTH, HEIGHT, 0);
	struct canvas target = canvas_make(WIDTH, HEIGHT, 0);
	struct gpu_image from = {
		.fd = source.fd,
		.width = WIDTH,
		.height = HEIGHT,
		.stride = source.stride,
		.format = DRM_FORMAT_XRGB8888,
	};
	struct gpu_image to = from;
	int images = 1;

	if (argc < 3)
		errx(2,
		     "usage: kdmabuf-example-egl xrgb|nv12 FILE.png [software]");
	gpu_open(argc > 3);
	if (!strcmp(argv[1], "nv12")) {
		draw_nv12(&source);
		from.stride = WIDTH;
		images = import_nv12(from);
	} else {
		canvas_draw(&source, 0);
		make_texture(0, GL_TEXTURE_EXTERNAL_OES);
		gpu_import(&from, GL_TEXTURE_EXTERNAL_OES);
	}
	to.fd = target.fd;
	draw_on(&to);

	gpu_wait_for(source.fd);
	gpu_wait_to_draw_on(target.fd);
	draw(images == 1 ? one_image_shader : two_images_shader);
	gpu_writes_to(target.fd);

	/* This waits for what is drawn. */
	check(kdmabuf_begin_cpu_access(target.fd, DMA_BUF_SYNC_READ), "begin");
	check(picture_write(argv[2], target.pixels, WIDTH, HEIGHT,
			    target.stride),
	      argv[2]);
	check(kdmabuf_end_cpu_access(target.fd, DMA_BUF_SYNC_READ), "end");
	printf("%s: %ux%u, images: %d, %s, by %s\n", argv[1], WIDTH, HEIGHT,
	       images, gpu_has_fences() ? "fences" : "finish",
	       glGetString(GL_RENDERER));
	return EXIT_SUCCESS;
}
