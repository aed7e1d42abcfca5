# docker build -t tte .
# docker run --read-only --tmpfs /tmp -v tte-home:/srv/tte tte demo /srv/tte
#
# Nothing outside the volume is written, so the root file system can be read-only. No docker engine has built this here:
# a test reads this file and runs the same step, .ci/image, as a script.

FROM python:3.11-slim-bookworm AS build
COPY . /src
RUN sh /src/.ci/image /src /opt/tte

FROM python:3.11-slim-bookworm
COPY --from=build /opt/tte /opt/tte
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tte \
 && install -d -o 10001 -g 10001 -m 0750 /srv/tte
ENV PATH=/opt/tte/bin:/usr/local/bin:/usr/bin:/bin TTE_HOME=/srv/tte PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /srv/tte
VOLUME /srv/tte
ENTRYPOINT ["tte"]
CMD ["--help"]
