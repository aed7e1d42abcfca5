import eu.europa.esig.dss.enumerations.Level;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.policy.CryptographicSuite;
import eu.europa.esig.dss.model.policy.ValidationPolicy;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Validates each PDF whose path comes on standard input, with one line for each signature: format, intact, valid, DocMDP
 * permission, count of undefined changes; tab-separated. A last line "." with the path closes the answer, whatever went
 * wrong. What libraries print goes to standard error. The policy ignores every constraint: what is asked of EU DSS here
 * are its format and integrity findings, not its opinion on trust.
 */
public class EuDss {

    /** Answers every question of a policy with "no constraint". */
    private static Object nothing(Class<?> wanted) {
        if (wanted == boolean.class) return false;
        if (wanted == int.class) return 0;
        if (wanted == long.class) return 0L;
        if (wanted == String.class) return "";
        if (wanted == Level.class) return Level.IGNORE;
        if (wanted == List.class) return List.of();
        if (wanted == Set.class) return Set.of();
        if (wanted == Map.class) return Map.of();
        return null;
    }

    private static <T> T permissive(Class<T> kind, Object suite) {
        Object made = Proxy.newProxyInstance(EuDss.class.getClassLoader(), new Class<?>[] {kind},
            (Object self, Method asked, Object[] with) ->
                asked.getReturnType() == CryptographicSuite.class ? suite : nothing(asked.getReturnType()));
        return kind.cast(made);
    }

    public static void main(String[] none) throws Exception {
        var answers = System.out;
        System.setOut(System.err);
        var suite = permissive(CryptographicSuite.class, null);
        var policy = permissive(ValidationPolicy.class, suite);
        var paths = new BufferedReader(new InputStreamReader(System.in));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            try {
                var validator = new PDFDocumentValidator(new FileDocument(path));
                validator.setCertificateVerifier(new CommonCertificateVerifier());
                for (var s : validator.validateDocument(policy).getDiagnosticData().getSignatures()) {
                    answers.println(String.join("\t", "signature", String.valueOf(s.getSignatureFormat()),
                        String.valueOf(s.isSignatureIntact()), String.valueOf(s.isSignatureValid()),
                        String.valueOf(s.getDocMDPPermissions()), String.valueOf(s.getPdfUndefinedChanges().size())));
                }
            } catch (Exception | StackOverflowError | OutOfMemoryError | LinkageError why) {
                answers.println("error\t" + why.getClass().getSimpleName());
            }
            answers.println(".\t" + path);
            answers.flush();
        }
    }
}
