# Digitscope's server, about as small as TensorFlow allows; `python -m benchmarks.container` tells
# what takes what. How to start it: see compose.yaml.

FROM python:3.13-slim AS build
WORKDIR /digitscope
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --no-install-recommends --yes binutils \
    && rm -rf /var/lib/apt/lists/*
# All that the code needs comes before it, in a folder of its own: a change of the code installs and
# sends none of it again. Without kernels for graphics cards TensorFlow is half as large; on ARM
# it never has them.
COPY pyproject.toml ./
RUN python -m venv --without-pip .venv \
    && python -c "import platform, tomllib; \
        needed = tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']; \
        name = 'tensorflow-cpu>' if platform.machine() == 'x86_64' else 'tensorflow>'; \
        print('\n'.join(needed).replace('tensorflow>', name))" > requirements.txt \
    && pip --python .venv install --quiet --requirement requirements.txt
# What nothing here reads: headers to compile against, a compiler's library, what Jupyter would show,
# tests, and the names of functions that no other library asks for.
RUN rm -rf .venv/lib/python*/site-packages/tensorflow/include .venv/lib/python*/site-packages/clang \
        .venv/share \
    && find .venv -name tests -type d -prune -exec rm -rf {} + \
    && strip --strip-unneeded .venv/lib/python*/site-packages/tensorflow/libtensorflow_*.so.*
COPY LICENSE README.md app.py ./
COPY .streamlit .streamlit/
COPY cnn cnn/
COPY pages pages/
RUN pip --python .venv install --quiet --no-deps --target code .

FROM python:3.13-slim
WORKDIR /digitscope
RUN useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin digitscope \
    && install --directory --owner digitscope /data
COPY --from=build /digitscope/.venv .venv/
COPY --from=build /digitscope/code code/
# MNIST is downloaded into the cache: CNN_DATA_DIR names a folder that nothing is downloaded into.
# Of what threads have freed, two of them keep less for themselves than eight.
ENV PATH=/digitscope/code/bin:/digitscope/.venv/bin:$PATH \
    PYTHONPATH=/digitscope/code \
    HOME=/data \
    XDG_CACHE_HOME=/data/cache \
    CNN_RUNS_DIR=/data/runs \
    CNN_DRAWINGS_DIR=/data/drawings \
    STREAMLIT_SERVER_HEADLESS=true \
    MALLOC_ARENA_MAX=2
USER 10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=5)"]
CMD ["digitscope", "app", "--address", "0.0.0.0", "--port", "8501"]
