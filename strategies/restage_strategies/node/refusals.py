"""Starts that need what the build needs (HANDBOOK 0.1), and what would help."""

from __future__ import annotations

from restage.api import Command, ToolchainAtStart

_BUILT_SITE = {
    "vite": "build the site in a RUN and start `vite preview` or a static server such as `serve -s dist`",
    "ng": "build with `ng build` in a RUN and serve dist/ with a static server",
    "vue-cli-service": "build with `vue-cli-service build` in a RUN and serve dist/ with a static server",
    "react-scripts": "build with `react-scripts build` in a RUN and serve build/ with `serve -s build`",
    "next": "run `next build` in a RUN and start `next start`",
    "nuxt": "run `nuxt build` in a RUN and start `node .output/server/index.mjs` or `nuxt start`",
    "nuxi": "run `nuxi build` in a RUN and start `node .output/server/index.mjs`",
    "gatsby": "run `gatsby build` in a RUN and start `gatsby serve`",
    "astro": "run `astro build` in a RUN and serve dist/",
    "docusaurus": "run `docusaurus build` in a RUN and start `docusaurus serve`",
    "strapi": "run `strapi build` in a RUN and start `strapi start`",
    "nodemon": "start the program with `node` itself",
    "ts-node-dev": "compile with `tsc` in a RUN and start the result with `node`, or start `ts-node`",
    "tsnd": "compile with `tsc` in a RUN and start the result with `node`, or start `ts-node`",
    "tsx": "start `tsx` without `watch`, or compile with `tsc` in a RUN and start the result with `node`",
    "nest": "run `nest build` in a RUN and start `node dist/main`",
    "tsc": "run `tsc` in a RUN and start only the result",
    "storybook": "run `storybook build` in a RUN and serve the result",
}


def develops(command: Command, program: str) -> ToolchainAtStart:
    """The start is a development server or a watcher."""
    why = f"the start `{command}` is a development server or watcher: {program} needs the sources and build tools"
    return ToolchainAtStart(
        why, _BUILT_SITE.get(program, "build in a RUN and start a server for what was built")
    )


def builds(command: Command, program: str) -> ToolchainAtStart:
    """The start builds before it runs."""
    why = f"the start `{command}` builds each time the container starts: {program} needs the sources and build tools"
    return ToolchainAtStart(
        why, _BUILT_SITE.get(program, f"run `{command}` in a RUN and start only what it made")
    )


def checks(command: Command, program: str) -> ToolchainAtStart:
    """The start runs tests or a linter: the image is a tool, not an application, or checks at every start."""
    why = f"the start `{command}` checks the sources each time the container starts: {program} needs them all"
    return ToolchainAtStart(why, "keep a file of its own for tests, and start the application in this one")


def installs(command: Command) -> ToolchainAtStart:
    """The start installs packages."""
    why = f"the start `{command}` installs packages each time the container starts"
    return ToolchainAtStart(why, "install in a RUN and start only the application")


def serves_in_development(command: Command, where: str) -> ToolchainAtStart:
    """The main file starts a development server."""
    why = f"the start `{command}` is a development server: {where}"
    return ToolchainAtStart(
        why, "set NODE_ENV=production if the program then serves what was built, or start a server for it"
    )


def calls_builder(command: Command, where: str) -> ToolchainAtStart:
    """A module that the start reaches calls a build tool."""
    return ToolchainAtStart(
        f"the start `{command}` builds: {where}", "build in a RUN and start only what it made"
    )
